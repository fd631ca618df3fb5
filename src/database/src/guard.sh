# Deletes the directory $1 when the standard input ends, which nobody but the process that made
# the directory holds open. The lines that come until then, "pid signal", name processes to end
# first.
trap '' HUP INT QUIT TERM PIPE
dir=$1
case ${dir##*/} in
    feira-test-?*) ;;
    *) exit 2 ;;
esac

processes=
while read -r pid signal; do
    processes="$processes $pid:$signal"
done

# A process id may have gone to somebody else: only a process whose arguments or environment name
# our directory is ended.
lives() {
    kill -0 "$1" 2>/dev/null || return 1
    if [ -d /proc/self ]; then
        grep -qF -- "$dir/" "/proc/$1/cmdline" "/proc/$1/environ" 2>/dev/null
    else
        ps -Eww -o command= -p "$1" | grep -qF -- "$dir/"
    fi
}

end() {
    tries=0
    while lives "$1" && [ $tries -lt 150 ]; do
        if [ $tries -lt 100 ]; then kill "-$2" "$1"; else kill -KILL "$1"; fi
        tries=$((tries + 1))
        sleep 0.1
    done 2>/dev/null
}

for process in $processes; do
    end "${process%:*}" "${process#*:}"
done

# The servers that those kept for themselves.
for pid in $(find "$dir" -name postmaster.pid -exec head -n 1 {} \; 2>/dev/null); do
    end "$pid" QUIT
done

# Something that just lost its parent may still be writing there.
tries=0
while [ -e "$dir" ] && [ $tries -lt 100 ]; do
    rm -rf -- "$dir"
    [ -e "$dir" ] || break
    tries=$((tries + 1))
    sleep 0.1
done
