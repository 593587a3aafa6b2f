#!/bin/sh
# Lists the app's hand-written JavaScript and CSS, for prettier; templates hold Jinja and are left out.
cd "$(dirname "$0")/.." || exit 1
find apps/ks212_community/public apps/ks212_community/*/doctype apps/ks212_community/*/report \
	apps/ks212_community/*/dashboard_chart_source \
	-name '*.js' -o -name '*.css' 2>/dev/null | grep -v '\.min\.' | sort
