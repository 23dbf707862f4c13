// The default theme with the machine's own fonts: no font is fetched, and the first page stays small.
import DefaultTheme from 'vitepress/theme-without-fonts'
import './custom.css'

export default DefaultTheme
