/** The most bytes that PostgreSQL keeps of a name. */
const LONGEST = 63;

/** A name that is not taken yet, which PostgreSQL does not cut: the wanted one, else with a number behind it. */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  for (let number = 1; ; number++) {
    const name = cutTo(wanted, number === 1 ? '' : String(number));
    if (!isTaken(name)) return name;
  }
}

function cutTo(text: string, ending: string): string {
  let cut = text;
  while (Buffer.byteLength(cut + ending) > LONGEST) cut = cut.slice(0, -1);
  // Half a pair of surrogates is no character.
  return cut.replace(/[\ud800-\udbff]$/, '') + ending;
}
