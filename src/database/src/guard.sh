# Deletes the directory $1 when the standard input ends, which nobody but the process that made
# the directory holds open. The lines that come until then name servers to end first.
trap '' HUP INT QUIT TERM PIPE
dir=$1
case ${dir##*/} in
    feira-test-?*) ;;
    *) exit 2 ;;
esac

servers=
while read -r pid; do
    servers="$servers $pid"
done

# A process id may have gone to somebody else: only a process that names our directory is ended.
lives() {
    kill -0 "$1" 2>/dev/null || return 1
    if [ -d /proc/self ]; then
        grep -qF -- "$dir/" "/proc/$1/cmdline" 2>/dev/null
    else
        ps -o command= -p "$1" | grep -qF -- "$dir/"
    fi
}

for pid in $servers; do
    tries=0
    while lives "$pid" && [ $tries -lt 150 ]; do
        if [ $tries -lt 100 ]; then kill -QUIT "$pid"; else kill -KILL "$pid"; fi
        tries=$((tries + 1))
        sleep 0.1
    done
done 2>/dev/null

# Something that just lost its parent may still be writing there.
tries=0
while [ -e "$dir" ] && [ $tries -lt 100 ]; do
    rm -rf -- "$dir"
    [ -e "$dir" ] || break
    tries=$((tries + 1))
    sleep 0.1
done
