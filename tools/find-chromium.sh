#!/bin/sh
# Makes sure the browser tests have a Chromium: the one that is here, or Debian's where we may install it.
set -u
for name in chromium chromium-browser google-chrome "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
    "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests."
    { apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null 2>&1 && exit 0
fi
if [ -n "${CI:-}" ]; then
    echo "The browser tests need Chromium and it could not be installed: install the package chromium." >&2
    exit 1
fi
echo "No Chromium found: the browser tests will be skipped. Install the package chromium to run them." >&2
