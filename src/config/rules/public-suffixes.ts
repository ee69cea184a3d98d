/** Names below which other people register theirs: the common ones of publicsuffix.org, which has ten thousand. */

/** Second-level names by country. */
const BELOW: Readonly<Record<string, string>> = {
  ae: "ac co gov mil net org sch",
  ar: "com edu gob gov int mil net org tur",
  at: "ac co gv or",
  au: "asn com edu gov id net org",
  bd: "ac com edu gov info mil net org tv",
  br: "adv app art blog com dev eco edu emp eng gov ind inf jus leg log med mil net org pro tec tv",
  cn: "ac com edu gov mil net org",
  co: "com edu gov mil net nom org",
  cy: "ac com gov ltd net org pro",
  de: "com",
  eg: "com edu eng gov mil name net org sci tv",
  es: "com edu gob nom org",
  fr: "asso com gouv nom prd tm",
  gr: "com edu gov net org",
  hk: "com edu gov idv net org",
  hu: "co info org priv sport tm",
  id: "ac biz co desa go mil my net or ponpes sch web",
  il: "ac co gov idf k12 muni net org",
  in: "ac co edu firm gen gov ind mil net nic org res",
  it: "edu gov",
  jp: "ac ad co ed go gr lg ne or",
  ke: "ac co go info me mobi ne or sc",
  kr: "ac co es go hs kg mil ms ne or pe re sc",
  mx: "com edu gob net org",
  my: "biz com edu gov mil name net org",
  ng: "com edu gov i mil mobi name net org sch",
  nz: "ac co cri geek gen govt health iwi kiwi maori mil net org parliament school",
  pe: "com edu gob mil net nom org",
  ph: "com edu gov mil net ngo org",
  pk: "com edu fam gob gov net org web",
  pl: "com edu gov info net org waw",
  pt: "com edu gov int net nome org publ",
  ru: "com edu msk net org spb",
  sa: "com edu gov med net org pub sch",
  sg: "com edu gov net org per",
  th: "ac co go in mi net or",
  tr: "av bbs bel biz com dr edu gen gov info k12 mil name net org pol tel tv web",
  tw: "club com ebiz edu game gov idv mil net org",
  ua: "com edu gov in kiev kyiv lviv net org",
  uk: "ac co gov ltd me net nhs org plc police sch",
  us: "ca dni fed fl isa kids nsn ny tx",
  ve: "co com edu gob info mil net org web",
  vn: "ac com edu gov health info int name net org pro",
  za: "ac co edu gov law mil net nom org school web",
};

/** Providers that give every customer a name. */
const PROVIDERS =
  "amazonaws.com appspot.com azurewebsites.net blogspot.com cloudfront.net co.com de.com ddns.net duckdns.org dyndns.org " +
  "eu.org firebaseapp.com fly.dev github.io gitlab.io herokuapp.com netlify.app ngrok.app ngrok.io no-ip.org " +
  "onrender.com pages.dev trycloudflare.com uk.com us.com vercel.app web.app workers.dev";

export const PUBLIC_SUFFIXES: ReadonlySet<string> = new Set([
  ...Object.entries(BELOW).flatMap(([country, names]) => names.split(" ").map((name) => `${name}.${country}`)),
  ...PROVIDERS.split(" "),
]);
