/** Which key does what, and the sheet that says so. Data. */

export interface Binding {
  readonly keys: readonly string[];
  readonly action: Action;
  /** As the help shows it. */
  readonly shown: string;
  readonly text: string;
}

export type Action =
  | 'up'
  | 'down'
  | 'first'
  | 'last'
  | 'halfDown'
  | 'halfUp'
  | 'pageDown'
  | 'pageUp'
  | 'view'
  | 'nextPane'
  | 'previousPane'
  | 'open'
  | 'back'
  | 'filter'
  | 'command'
  | 'sort'
  | 'sortNext'
  | 'sortPrevious'
  | 'reverse'
  | 'slower'
  | 'faster'
  | 'zoom'
  | 'pause'
  | 'peek'
  | 'follow'
  | 'form'
  | 'heavyKeys'
  | 'closed'
  | 'wide'
  | 'zone'
  | 'units'
  | 'heat'
  | 'create'
  | 'doctor'
  | 'split'
  | 'merge'
  | 'replay'
  | 'copy'
  | 'export'
  | 'menu'
  | 'leave'
  | 'refresh'
  | 'repaint'
  | 'help'
  | 'quit';

const binding = (keys: readonly string[], action: Action, [shown, text]: readonly [string, string]): Binding => ({
  keys,
  action,
  shown,
  text,
});

export const BINDINGS: readonly Binding[] = [
  binding(['j', 'down'], 'down', ['j ↓', 'next row']),
  binding(['k', 'up'], 'up', ['k ↑', 'previous row']),
  binding(['g', 'home'], 'first', ['g', 'first row']),
  binding(['G', 'end'], 'last', ['G', 'last row']),
  binding(['ctrl-d'], 'halfDown', ['Ctrl-d', 'half a page down']),
  binding(['ctrl-u'], 'halfUp', ['Ctrl-u', 'half a page up']),
  binding(['page-down'], 'pageDown', ['PgDn', 'a page down']),
  binding(['page-up'], 'pageUp', ['PgUp', 'a page up']),
  binding(['1', '2', '3', '4', '5', '6', '7'], 'view', [
    '1-7',
    'overview, shard, peek, consumers, key space, events, streams',
  ]),
  binding(['tab', ']', 'l', 'right'], 'nextPane', ['Tab ]', 'next pane']),
  binding(['shift-tab', '[', 'left'], 'previousPane', ['Shift-Tab [', 'previous pane']),
  binding(['enter'], 'open', ['Enter', 'open the row']),
  binding(['escape'], 'back', ['Esc', 'back']),
  binding(['/'], 'filter', ['/', 'filter the rows; /!x: those without x']),
  binding(['n'], 'down', ['n N', 'next, previous row that passes']),
  binding(['N'], 'up', ['', '']),
  binding([':'], 'command', [':', 'command line: :orders  :shard 3  :sort age  :peek text']),
  binding(['s'], 'sort', ['s', 'sort by …']),
  binding(['>'], 'sortNext', ['< >', 'sort by the column left or right']),
  binding(['<'], 'sortPrevious', ['', '']),
  binding(['r'], 'reverse', ['r', 'turn the order round']),
  binding(['+', '='], 'slower', ['+ -', 'refresh less or more often: 0.5 1 2 5 10 s']),
  binding(['-'], 'faster', ['', '']),
  binding(['z'], 'zoom', ['z', 'the focused pane on the whole screen, and back']),
  binding(['space'], 'pause', ['Space', 'hold the display; counting goes on']),
  binding(['p'], 'peek', ['p', 'read records of the selected shard, or stop']),
  binding(['f'], 'follow', ['f', 'follow the newest records, or hold']),
  binding(['v'], 'form', ['v', 'records as JSON, raw text or hex']),
  binding(['K'], 'heavyKeys', ['K', 'heavy partition keys and the key space']),
  binding(['c'], 'closed', ['c', 'closed shards too']),
  binding(['w'], 'wide', ['w', 'more columns']),
  binding(['t'], 'zone', ['t', 'times local or in UTC']),
  binding(['u'], 'units', ['u', 'bytes or bits']),
  binding(['h'], 'heat', ['h', 'heat by its root, or linear: small loads beside a large one, or shares']),
  binding(['C'], 'create', ['C', 'create a stream; n too while there is none']),
  binding(['d'], 'doctor', ['d', 'leave, and let doctor say what is wrong, while disconnected']),
  binding(['S'], 'split', ['S', 'split the selected shard']),
  binding(['M'], 'merge', ['M', 'merge it with a neighbour']),
  binding(['R'], 'replay', ['R', 'how to replay from the selected record']),
  binding(['y'], 'copy', ['y', 'copy the id']),
  binding(['e'], 'export', ['e', 'write what is shown to a file']),
  binding(['x'], 'menu', ['x', 'all that can be done with the row']),
  binding(['!'], 'leave', ['!', 'leave, and print the command line of this view']),
  binding(['ctrl-r'], 'refresh', ['Ctrl-r', 'refresh now']),
  binding(['ctrl-l'], 'repaint', ['Ctrl-l', 'draw everything again']),
  binding(['?'], 'help', ['?', 'this list; type to search in it']),
  binding(['q', 'ctrl-c'], 'quit', ['q Ctrl-c', 'quit']),
];
