// Builds dist/leg-pain-chat.js. With --check it writes nothing and fails if the file is stale.
import { build, transform } from "esbuild";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "dist", "leg-pain-chat.js");
const mostBytes = 20 * 1024; // gzipped

// A style sheet becomes a short string, and templates lose their indentation.
const shorten = {
  name: "shorten",
  setup(builder) {
    builder.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(/\n\s+/g, "\n"),
      loader: "ts",
    }));
    builder.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), {
        loader: "css",
        minify: true,
        target: "safari15",
      });
      return { contents: code, loader: "text" };
    });
  },
};

const { outputFiles } = await build({
  absWorkingDir: here,
  entryPoints: ["src/index.ts"],
  bundle: true,
  minify: true,
  write: false,
  format: "iife", // so that document.currentScript tells where the script came from
  target: "es2021",
  charset: "utf8",
  legalComments: "eof",
  plugins: [shorten],
});
const built = Buffer.from(outputFiles[0].contents);
const gzipped = gzipSync(built, { level: 9 }).length;
console.log(`leg-pain-chat.js: ${built.length} bytes, ${gzipped} gzipped`);

if (gzipped > mostBytes) {
  console.error(`Too large: at most ${mostBytes} bytes gzipped.`);
  process.exit(1);
}
if (process.argv.includes("--check")) {
  const committed = await readFile(target).catch(() => Buffer.alloc(0));
  if (!built.equals(committed)) {
    console.error("dist/leg-pain-chat.js is stale: run npm ci && npm run build.");
    process.exit(1);
  }
} else {
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, built);
}
