// The clinic's colour: readable words on it, and the colour as words only where that is readable.

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const part = parseInt(hex.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [
    number,
    number,
  ];
  return (light + 0.05) / (dark + 0.05);
}

/** The CSS variables for a colour "#rgb" or "#rrggbb"; none for anything else. */
export function themeOf(color: string): Record<string, string> {
  const short = /^#([\da-f])([\da-f])([\da-f])$/i.exec(color);
  const hex = short ? `#${short.slice(1).map((digit) => digit + digit).join("")}` : color;
  if (!/^#[\da-f]{6}$/i.test(hex)) return {};
  const variables: Record<string, string> = {
    "--lp-accent": hex,
    "--lp-ink": contrast(hex, "#ffffff") >= 4.5 ? "#ffffff" : "#000000",
  };
  // Checked against the darkest light surface and the lightest dark one.
  if (contrast(hex, "#eef3f3") >= 4.5) variables["--lp-light"] = hex;
  if (contrast(hex, "#233033") >= 4.5) variables["--lp-dark"] = hex;
  return variables;
}
