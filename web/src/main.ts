import App from './App.svelte'
import './app.css'
import { show } from './lib/show'

const target = document.getElementById('app')
if (target) void show(App, target)
