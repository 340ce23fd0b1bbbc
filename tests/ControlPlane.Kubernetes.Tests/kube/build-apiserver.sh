#!/usr/bin/env bash
# Builds kube-apiserver from Debian's source package and prints the path of the program. Nothing is done when it is there already.
# It lives outside of the repository: in $CONTROLPLANE_TEST_CACHE, else in ~/.cache/controlplane-tests. Needs apt-get and some 4 minutes;
# packages that are missing (compiler, dpkg-dev, etcd) are installed, which takes root.
set -euo pipefail
cache="${CONTROLPLANE_TEST_CACHE:-$HOME/.cache/controlplane-tests}"
program="$cache/kube-apiserver"
suite=bookworm
packages=(etcd-server golang-1.19-go dpkg-dev rsync make gcc libc6-dev)

mkdir -p "$cache"
exec 9>"$cache/.lock"
flock 9
missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} != 0 ]; then
    # No service is to start: only the program is wanted. Debian asks this file before it starts one.
    DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
fi
if [ -x "$program" ]; then
    echo "$program"
    exit
fi

work=$(mktemp -d "$cache/build.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
# Lists of their own: those of the machine rarely name sources, and stay as they are.
mkdir -p lists/partial
repository=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' | awk -v suite="$suite" '$2 == suite && $3 == "main" && !n++ { print $1 }')
[ -n "$repository" ] || { echo "apt of this machine has no source of $suite main" >&2; exit 1; }
echo "deb-src $repository $suite main" >sources.list
apt=(-q -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::Lists="$work/lists" -o APT::Sandbox::User=root)
apt-get "${apt[@]}" update >&2
apt-get "${apt[@]}" source --download-only kubernetes >&2
dpkg-source --no-check -x kubernetes_*.dsc tree >&2
# The reflect2 that the tree brings looks into Go's maps by itself and crashes on those of Go 1.18 and later; Debian's own package does not.
apt-get "${apt[@]:0:1}" -o APT::Sandbox::User=root download golang-github-modern-go-reflect2-dev >&2
dpkg-deb -x golang-github-modern-go-reflect2-dev_*.deb reflect2
rm -f tree/vendor/github.com/modern-go/reflect2/*.go tree/vendor/github.com/modern-go/reflect2/*.s
cp reflect2/usr/share/gocode/src/github.com/modern-go/reflect2/*.go reflect2/usr/share/gocode/src/github.com/modern-go/reflect2/*.s \
    tree/vendor/github.com/modern-go/reflect2/
rm -f tree/vendor/github.com/modern-go/reflect2/*_test.go

# The build wants its tree at its import path below GOPATH; modules came later than this version's vendor directory.
mkdir -p tree/.go/src/k8s.io
ln -s "$work/tree" tree/.go/src/k8s.io/kubernetes
export GOPATH="$work/tree/.go" GO111MODULE=off GOFLAGS="" GOCACHE="$work/cache" PATH="/usr/lib/go-1.19/bin:$PATH"
cd tree/.go/src/k8s.io/kubernetes
# The version is what /version answers; the tree is no git checkout, from which it would be read.
nice make WHAT=cmd/kube-apiserver GOLDFLAGS="-s -w" KUBE_GIT_VERSION=v1.20.2 KUBE_GIT_COMMIT=debian KUBE_GIT_TREE_STATE=archive \
    KUBE_GIT_MAJOR=1 KUBE_GIT_MINOR=20 >&2
built=$(find "$work/tree" -path '*/bin/*' -name kube-apiserver -type f | head -n 1)
[ -n "$built" ] || { echo "the build gave no kube-apiserver" >&2; exit 1; }
mv "$built" "$program.new"
mv "$program.new" "$program"
echo "$program"
