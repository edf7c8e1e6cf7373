// What two npm packages read of a station: node read.mjs http://127.0.0.1:8000 /stream
import { createRequire } from "node:module";
import { Parser } from "icecast-parser";

const radio = createRequire(import.meta.url)("node-internet-radio");
const [, , station, mount] = process.argv;

function parse(url) {
  return new Promise((resolve, reject) => {
    const parser = new Parser({ url, autoUpdate: false });
    parser.on("metadata", (found) => resolve(Object.fromEntries(found)));
    parser.on("empty", () => reject(new Error("no titles")));
    parser.on("error", reject);
  });
}

function ask(url, method) {
  return new Promise((resolve, reject) => {
    radio.getStationInfo(url, (error, found) => (error ? reject(error) : resolve(found)), method);
  });
}

const { SHOUTCAST_V1, SHOUTCAST_V2, STREAM } = radio.StreamSource;
const found = {
  parser: await parse(station + mount),
  v1: await ask(station, SHOUTCAST_V1),
  v2: await ask(station, SHOUTCAST_V2),
  stream: await ask(station + mount, STREAM),
};
console.log(JSON.stringify(found));
process.exit(0);
