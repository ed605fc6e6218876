/**
 * Ready records for tries and load: a web shop's clicks, sensors, a web server's log, and the stock ticker of AWS's own
 * demonstration stream. The same ones for the same seed and time. Pure but for chance and time.
 * Source of the ticker: https://docs.aws.amazon.com/kinesisanalytics/latest/dev/get-started-exercise.html
 */
import { isoTime } from '../../runtime/calendar.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Random } from '../../runtime/random.ts';

/** What templates and generators draw from. */
export interface TemplateWorld {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
}

interface ReadyGenerator {
  readonly make: (world: TemplateWorld) => () => string;
  readonly keyFrom: string;
}

export const NAMES = ['Ada', 'Ben', 'Chen', 'Dora', 'Emil', 'Fatima', 'Grace', 'Hana', 'Ivo', 'Jun', 'Kofi', 'Lena'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const PAGES = ['/', '/search', '/products', '/cart', '/checkout', '/help'];
const ACTIONS = ['view', 'view', 'view', 'view', 'click', 'click', 'add_to_cart', 'purchase'];
const AGENTS = ['Mozilla/5.0 (X11; Linux x86_64)', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0)', 'curl/8.5.0'];
const STATUSES = [200, 200, 200, 200, 200, 200, 301, 304, 404, 500];
const TICKERS = [
  ['AMZN', 'RETAIL'],
  ['ASD', 'FINANCIAL'],
  ['BAC', 'FINANCIAL'],
  ['QXZ', 'HEALTHCARE'],
  ['TBV', 'HEALTHCARE'],
  ['WAS', 'RETAIL'],
  ['WSB', 'FINANCIAL'],
  ['XTC', 'ENERGY'],
  ['AAPL', 'TECHNOLOGY'],
  ['CRM', 'HEALTHCARE'],
] as const;

/** By the name that --template takes. */
export const GENERATORS: Readonly<Record<string, ReadyGenerator>> = {
  clickstream: { make: clickstream, keyFrom: '.user' },
  iot: { make: iot, keyFrom: '.device' },
  'apache-log': { make: apacheLog, keyFrom: '/^\\S+/' },
  'stock-ticker': { make: stockTicker, keyFrom: '.TICKER_SYMBOL' },
};

/** Some users click far more than others. */
function clickstream({ clock, random }: TemplateWorld): () => string {
  const { pick, int } = chance(random);
  return () => {
    const page = pick(PAGES);
    return JSON.stringify({
      time: isoTime(clock.now()),
      user: `u-${Math.floor(1_000 * random.fraction() ** 3)}`,
      session: random.uuid().slice(0, 8),
      page: page === '/products' ? `${page}/${int(1, 500)}` : page,
      action: pick(ACTIONS),
      ms: int(5, 900),
    });
  };
}

/** A hundred sensors, each warm in its own way. */
function iot({ clock, random }: TemplateWorld): () => string {
  const { int } = chance(random);
  return () => {
    const device = int(1, 100);
    const temperature = 15 + (device % 10) + 4 * random.fraction();
    return JSON.stringify({
      device: `sensor-${String(device).padStart(3, '0')}`,
      time: isoTime(clock.now()),
      temperature: rounded(temperature, 1),
      humidity: rounded(40 + 20 * random.fraction(), 1),
      battery: int(5, 100),
      status: random.fraction() < 0.01 ? 'FAIL' : temperature > 27 ? 'WARN' : 'OK',
    });
  };
}

/** The combined log format. */
function apacheLog({ clock, random }: TemplateWorld): () => string {
  const { pick, int } = chance(random);
  return () => {
    const [year, month, day, time] = isoTime(clock.now()).split(/[-T.]/) as [string, string, string, string];
    const at = `${day}/${MONTHS[Number(month) - 1]}/${year}:${time} +0000`;
    const request = `${pick(['GET', 'GET', 'GET', 'POST'])} ${pick(PAGES)} HTTP/1.1`;
    return `203.0.113.${int(1, 254)} - - [${at}] "${request}" ${pick(STATUSES)} ${int(120, 60_000)} "-" "${pick(AGENTS)}"`;
  };
}

/** Prices that wander. */
function stockTicker({ random }: TemplateWorld): () => string {
  const { pick } = chance(random);
  const prices = new Map<string, number>();
  return () => {
    const [symbol, sector] = pick(TICKERS);
    const before = prices.get(symbol) ?? 10 + 90 * random.fraction();
    const price = Math.max(1, before * (0.98 + 0.04 * random.fraction()));
    prices.set(symbol, price);
    const change = rounded(price - before, 2);
    return JSON.stringify({ TICKER_SYMBOL: symbol, SECTOR: sector, CHANGE: change, PRICE: rounded(price, 2) });
  };
}

function chance({ fraction }: TemplateWorld['random']) {
  return {
    pick: <T>(from: readonly T[]): T => from[Math.floor(fraction() * from.length)]!,
    /** Both ends inclusive. */
    int: (from: number, to: number): number => from + Math.floor(fraction() * (to - from + 1)),
  };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
