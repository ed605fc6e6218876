/** Dates as `date` and Java print them, for texts that quote a time. */

/** Thu Jan 22 01:22:02 UTC 2015. */
export function unixDate(epochMs: number): string {
  const [day, date, month, year, time] = new Date(epochMs).toUTCString().replace(',', '').split(' ');
  return `${day} ${month} ${date} ${time} UTC ${year}`;
}
