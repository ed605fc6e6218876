/** The last two lines: what there is to know, and which keys there are. Pure. */
import { hotText, isIdle } from '../advice.ts';
import type { Row, Scene, StreamScene } from '../scene.ts';
import { safeText, toWidth } from '../text.ts';

/** What matters most now: what was just said, what is wrong, what is hot. */
export function messageRow(scene: StreamScene | Scene, width: number): Row {
  const { state, setting, nowMs, link } = scene;
  const { theme, glyphs } = setting;
  const { message } = state;
  if (message !== undefined && message.untilMs > nowMs) {
    const row = toWidth(` ${safeText(message.text)}`, width);
    return message.isBad ? theme.bad(row) : theme.strong(row);
  }
  if (link.state === 'lost') {
    const rest = scene.board === undefined ? '' : '; what is shown is old';
    return theme.bad(toWidth(` ${safeText(link.reason)}${rest}`, width));
  }
  const stream = 'stream' in scene ? scene.stream : undefined;
  if (stream === undefined) return toWidth('', width);
  if (state.stream !== undefined && state.stream !== stream.name) {
    return theme.bad(
      toWidth(` there is no stream ${safeText(state.stream)}: this is ${stream.name}   7 lists them`, width),
    );
  }
  const hot = hotText(stream);
  if (hot !== undefined) return theme.warn(toWidth(` ${glyphs.warn} ${hot} ${glyphs.arrow} K keys, S split`, width));
  if (isIdle(stream)) return theme.dim(toWidth(' no records in 60 s', width));
  return theme.dim(toWidth(scene.board?.source.kind === 'polling' ? ` ${scene.board.source.label}` : '', width));
}

/** The keys of the view, as many as fit. */
export function keysRow(scene: Scene, width: number): Row {
  const { setting, state, link } = scene;
  const { glyphs, theme } = setting;
  if (setting.isViewOnly) return theme.dim(toWidth(' view only: stdin is no terminal; Ctrl-C ends', width));
  if (link.state === 'lost') return theme.dim(toWidth(' d doctor  Ctrl-r try now  : command  ? help  q quit', width));
  const move = `${glyphs.updown}/jk row`;
  const open = `${glyphs.enter} open`;
  const wide = ` 1-7 screen  Tab pane  ${move}  ${open}  Esc back  / filter  : command  s sort  S split  M merge  p peek  K keys  h heat  c closed  +/- rate  Space pause  ? help`;
  const narrow = ` ${move}  ${open}  / filter  s sort  S split  M merge  p peek  Space pause  ?`;
  const peek = ` ${glyphs.updown} row  ${glyphs.enter} full record  / filter  f follow  v form  y copy  e write  R replay  Esc back  ?`;
  return theme.dim(toWidth(state.view === 'peek' ? peek : wide.length <= width ? wide : narrow, width));
}
