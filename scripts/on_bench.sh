#!/usr/bin/env bash
# Runs this checkout's tests, demo or measurements on an ERPNext bench, as the bench's owner.
#   scripts/on_bench.sh BENCH SITE test|demo|bench|install [arguments]
# The bench gets a copy of the checkout (or keeps a developer's link to it); nothing is fetched from a network.
set -euo pipefail

app=ks212_community
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
bench=${1:-} site=${2:-} action=${3:-}
shift 3 2>/dev/null || true

refuse() {
	echo "Not run on the bench: $*" >&2
	exit 3
}

[ -n "$bench" ] && [ -n "$site" ] || refuse "say which, as in: make ${action:-test} BENCH=<bench directory> SITE=<site>"
case $action in test | demo | bench | install) ;; *) refuse "unknown action \"$action\"" ;; esac
[ -d "$bench" ] || refuse "there is no directory $bench"
bench=$(cd "$bench" && pwd -P)
python=$bench/env/bin/python
[ -d "$bench/sites" ] && [ -x "$python" ] || refuse "$bench is not a bench (it has no sites/ or no env/bin/python)"
for needed in frappe erpnext; do
	[ -d "$bench/apps/$needed" ] || refuse "the bench has no apps/$needed; fetch it with: bench get-app --branch version-15 $needed"
done
[ -f "$bench/sites/$site/site_config.json" ] || refuse "the bench has no site $site; make one with: bench new-site $site --install-app erpnext"

owner=$(stat -c %U "$bench/sites")
home=$(getent passwd "$owner" | cut -d: -f6)
if [ "$(id -un)" = "$owner" ]; then
	as_owner() { "$@"; }
elif [ "$(id -u)" = 0 ]; then
	as_owner() { runuser -u "$owner" -- env HOME="$home" USER="$owner" LOGNAME="$owner" "$@"; }
else
	refuse "the bench belongs to $owner; run this as $owner or as root"
fi
quietly() { # shows what a command said only where it failed
	local log
	log=$(mktemp)
	if ! "$@" >"$log" 2>&1; then
		tr '\r' '\n' <"$log" | grep -v '^Updating DocTypes' | tail -40 >&2
		rm "$log"
		return 1
	fi
	rm "$log"
}
frappe() { (cd "$bench/sites" && as_owner "$python" -m frappe.utils.bench_helper frappe --site "$site" "$@"); }

companies=$(cut -d, -f1 "$checkout/demo/data/companies.csv" | tail -n +2 | paste -sd'|')
(cd "$bench/sites" && as_owner "$python" - "$site" "$companies" <"$checkout/scripts/check_site.py") || exit 3

# ---- the checkout becomes the bench's app -----------------------------------------------------------------
target=$bench/apps/$app
marker=.copied-from-a-checkout

files() {
	if git -c safe.directory='*' -C "$checkout" rev-parse --git-dir >/dev/null 2>&1; then
		git -c safe.directory='*' -C "$checkout" ls-files -z --cached --others --exclude-standard |
			(cd "$checkout" && while IFS= read -r -d '' file; do
				if [ -e "$file" ] || [ -L "$file" ]; then printf '%s\0' "$file"; fi
			done)
	else
		(cd "$checkout" && find . -mindepth 1 \( -name .venv -o -name .demo -o -name node_modules -o -name __pycache__ \) \
			-prune -o ! -type d -print0)
	fi
}

if [ "$(realpath -m "$target")" = "$checkout" ]; then
	echo "The bench uses this checkout: $target"
else
	if [ -L "$target" ]; then
		echo "The bench's link $target -> $(readlink "$target") makes way for a copy of $checkout"
		rm "$target"
	elif [ -d "$target" ] && [ ! -e "$target/$marker" ]; then
		kept=$bench/archived/apps/$app-$(date +%Y%m%d-%H%M%S)
		mkdir -p "$(dirname "$kept")"
		mv "$target" "$kept"
		echo "The bench had another checkout of the app; it is kept in $kept"
	fi
	rm -rf "$target.new"
	mkdir "$target.new"
	files | tar -C "$checkout" --null -T - -cf - | tar -C "$target.new" -xf -
	echo "$checkout" >"$target.new/$marker"
	rm -rf "$target"
	mv "$target.new" "$target"
	if [ "$(id -u)" = 0 ]; then chown -hR "$owner": "$target"; fi
	echo "Copied $checkout to $target"
fi

installed=$(cd / && as_owner "$python" -c "
import importlib.metadata, os, $app
importlib.metadata.version('$app')
print(os.path.realpath(os.path.dirname($app.__file__)))" 2>/dev/null || true)
if [ "$installed" != "$(realpath "$target/apps/$app")" ]; then
	(cd "$bench" && as_owner "$python" -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps \
		--editable "$target")
fi

grep -qx "$app" "$bench/sites/apps.txt" || {
	[ -z "$(tail -c1 "$bench/sites/apps.txt")" ] || echo >>"$bench/sites/apps.txt"
	echo "$app" >>"$bench/sites/apps.txt"
}
as_owner mkdir -p "$bench/sites/assets"
as_owner ln -sfn "$target/apps/$app/public" "$bench/sites/assets/$app"

# ---- the site gets it -------------------------------------------------------------------------------------
# A migration takes as long as the whole embedded suite, so it is left out where nothing it reads has changed.
stamp=$bench/sites/$site/.$app-migrated
state=$(cd "$target" && find apps/$app/ fixtures patches -type f \( -name '*.json' -o -name '*.txt' -o -path 'patches/*' \
	-o -path 'fixtures/*' -o -path "apps/$app/*.py" \) ! -name '*.pyc' -print0 | sort -z | xargs -0 cat | sha256sum | cut -d' ' -f1)
if ! frappe list-apps | grep -q "^$app\b"; then
	echo "Installing the app on $site"
	# Frappe keeps which app a module belongs to, as of before the bench had this one.
	quietly frappe clear-cache
	quietly frappe install-app "$app"
elif [ "$(cat "$stamp" 2>/dev/null)" != "$state" ]; then
	echo "Migrating $site"
	quietly frappe migrate --skip-search-index
fi
echo "$state" | as_owner tee "$stamp" >/dev/null
(cd "$bench/sites" && as_owner "$python" -W ignore - "$site" <"$checkout/scripts/set_up_site.py")

# ---- and the work is done ---------------------------------------------------------------------------------
cd "$target"
run() { as_owner env BENCH="$bench" SITE="$site" PORT="${PORT:-8212}" PYTHONDONTWRITEBYTECODE=1 "$python" "$@"; }
case $action in
test)
	as_owner "$python" -c 'import freezegun, hypothesis, pytest' 2>/dev/null ||
		as_owner "$python" -m pip install --quiet --disable-pip-version-check -r embedded/requirements-test.txt
	run -m pytest -p no:cacheprovider "$@"
	;;
demo)
	case ${SERVE:-1} in 0 | no) ;; *) set -- --serve "$@" ;; esac
	run -W ignore -m demo "$@"
	;;
bench) run -m benchmarks "$@" ;;
esac
