/** Calls and cost over time, drawn by ECharts. */

import { BarChart, LineChart } from 'echarts/charts'
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { init, use, type EChartsCoreOption } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { Bucket, InTime } from './calls'
import { t } from './strings'
import { locale } from '../../lib/language'

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, SVGRenderer])

/** Draws into `place`; the function returned takes one entry an hour or day. */
export function chart(place: HTMLElement): (series: InTime[], bucket: Bucket) => void {
  const drawing = init(place, null, { renderer: 'svg' })
  new ResizeObserver(() => drawing.resize()).observe(place)
  return (series, bucket) => drawing.setOption(option(series, bucket, getComputedStyle(place)), true)
}

function option(series: InTime[], bucket: Bucket, style: CSSStyleDeclaration): EChartsCoreOption {
  const colour = (name: string): string => style.getPropertyValue(name).trim()
  const label = { color: colour('--muted'), fontSize: 11 }
  const bars = (name: string, fill: string, of: (entry: InTime) => number): object =>
    ({ type: 'bar', stack: 'calls', name, data: series.map(of), itemStyle: { color: colour(fill) }, barMaxWidth: 28 })
  const when = (start: string): string => new Date(start).toLocaleString(locale, bucket === 'hour' ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short', timeZone: 'UTC' })
  return {
    animation: false,
    aria: { enabled: true, label: { description: t.overTime } },
    grid: { left: 4, right: 4, top: 12, bottom: 34, containLabel: true },
    legend: { bottom: 0, textStyle: label, itemHeight: 9, itemWidth: 14 },
    tooltip: { trigger: 'axis' },
    xAxis: { type: 'category', data: series.map(({ start }) => when(start)), axisLabel: label, axisTick: { show: false }, axisLine: { show: false } },
    yAxis: [
      { type: 'value', minInterval: 1, axisLabel: label, splitLine: { lineStyle: { color: colour('--line') } } },
      { type: 'value', axisLabel: { ...label, formatter: (v: number) => `$${v}` }, splitLine: { show: false } },
    ],
    series: [
      bars(t.chart.answered, '--accent', (entry) => entry.calls - entry.cache_hits - entry.errors),
      bars(t.chart.cached, '--soft', (entry) => entry.cache_hits),
      bars(t.chart.errors, '--lose', (entry) => entry.errors),
      { type: 'line', yAxisIndex: 1, name: t.chart.cost, data: series.map(({ cost_usd }) => Number(cost_usd)), symbolSize: 5, lineStyle: { color: colour('--win'), width: 2 }, itemStyle: { color: colour('--win') } },
    ],
  }
}
