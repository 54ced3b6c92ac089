/** The running curve, drawn by ECharts; loaded after the first paint. */

import { LineChart } from 'echarts/charts'
import { AriaComponent, GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import { init, use, type EChartsCoreOption } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { t } from './strings'
import { fixed } from './numbers'

use([LineChart, GridComponent, MarkLineComponent, TooltipComponent, AriaComponent, SVGRenderer])

/** Draws into `place`; the function returned takes bits per move, one number a round. */
export function chart(place: HTMLElement): (bits: number[]) => void {
  const drawing = init(place, null, { renderer: 'svg' })
  new ResizeObserver(() => drawing.resize()).observe(place)
  let shown: number[] = []
  const draw = (bits: number[]): void => drawing.setOption(option((shown = bits), getComputedStyle(place)), true)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => draw(shown))
  return draw
}

function option(bits: number[], style: CSSStyleDeclaration): EChartsCoreOption {
  const colour = (name: string): string => style.getPropertyValue(name).trim()
  const label = { color: colour('--muted'), fontSize: 11 }
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  return {
    animation: !still,
    animationDuration: 200,
    aria: { enabled: true, label: { description: `${t.curveAbout} ${t.curveNow(bits.at(-1) ?? 0)}` } },
    grid: { left: 4, right: 12, top: 12, bottom: 4, containLabel: true },
    tooltip: { trigger: 'axis', valueFormatter: (v: number) => fixed(v, 3) },
    xAxis: { type: 'category', data: bits.map((_, i) => i + 1), boundaryGap: false, axisLabel: label, axisTick: { show: false }, axisLine: { show: false } },
    yAxis: { type: 'value', ...axis(bits), axisLabel: { ...label, formatter: (v: number) => fixed(v, 1) }, splitLine: { lineStyle: { color: colour('--line') } } },
    series: [{
      type: 'line', data: bits, showSymbol: false, smooth: 0.2, lineStyle: { width: 2.5, color: colour('--accent') }, itemStyle: { color: colour('--accent') },
      markLine: { silent: true, symbol: 'none', data: [{ yAxis: 0 }], lineStyle: { color: colour('--muted'), type: 'dashed' }, label: { formatter: t.chance, color: colour('--muted'), position: 'insideEndTop' } },
    }],
  }
}

/** Ends of the axis that are whole steps of it, so that no two labels meet. */
function axis(bits: number[]): { min: number; max: number; interval: number } {
  const [low, high] = [Math.min(-0.2, ...bits), Math.max(0.4, ...bits)]
  const interval = [0.2, 0.5, 1, 2].find((step) => high - low <= 4 * step) ?? 5
  return { min: interval * Math.floor(low / interval), max: interval * Math.ceil(high / interval), interval }
}
