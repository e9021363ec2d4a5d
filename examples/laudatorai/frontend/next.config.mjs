/** @type {import("next").NextConfig} */
const config = {
  // Puts together what the server needs, without the packages that only the build needs.
  output: "standalone",
  poweredByHeader: false,
};

export default config;
