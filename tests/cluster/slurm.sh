# SPDX-License-Identifier: GPL-3.0-or-later
#
# A Slurm cluster of two nodes on this machine, for tests; sourced, needs root. Each node is a network namespace with a
# daemon of its own, joined to a bridge with addresses that lead nowhere else; the controller runs outside of them.
#
#   cluster_up FOLDER      starts it, all files in FOLDER; sets SLURM_CONF
#   cluster_cut NODE       the node loses its power: everything on it dies at once
#   cluster_mute NODE      its daemon dies; what runs there goes on, but nobody hears of it
#   cluster_start NODE     the node comes up (again)
#   cluster_down           ends and removes all of it; harmless where nothing was started
#
# Names and ports carry the shell's process number, so that two clusters may stand side by side.

cluster_nodes=(east west)
cluster_tag=$((BASHPID % 100000))
cluster_net=10.$((100 + cluster_tag / 256 % 100)).$((cluster_tag % 256))
cluster_port=$((20000 + cluster_tag % 20000))

cluster_space() { echo "sc$cluster_tag$1"; }

cluster_configuration()
{
    local folder=$1 i=0 node
    # A job of a lost node may begin again once its old credential has expired: two minutes, where nothing else is said.
    cat <<CONF
ClusterName=staffcast
SlurmctldHost=$(hostname)($cluster_net.254)
SlurmctldPort=$cluster_port
SlurmdPort=$((cluster_port + 1))
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket,cred_expire=10
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool-%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1
ReturnToService=2
SlurmdTimeout=6
MessageTimeout=5
KillWait=1
CONF
    for node in "${cluster_nodes[@]}"; do
        i=$((i + 1))
        echo "NodeName=$node NodeAddr=$cluster_net.$i CPUs=1 RealMemory=500 State=UNKNOWN"
    done
    echo "PartitionName=all Nodes=$(IFS=,; echo "${cluster_nodes[*]}") Default=YES MaxTime=INFINITE State=UP"
}

cluster_network()
{
    local i=0 node space bridge
    bridge=$(cluster_space b)
    ip link add "$bridge" type bridge && ip addr add "$cluster_net.254/24" dev "$bridge" && ip link set "$bridge" up ||
        return 1
    for node in "${cluster_nodes[@]}"; do
        i=$((i + 1))
        space=$(cluster_space "n$i")
        ip netns add "$space" && ip link add "$(cluster_space "v$i")" type veth peer name inside netns "$space" &&
            ip link set "$(cluster_space "v$i")" master "$bridge" up &&
            ip -n "$space" addr add "$cluster_net.$i/24" dev inside && ip -n "$space" link set inside up &&
            ip -n "$space" link set lo up || return 1
    done
}

cluster_up()
{
    local folder=$1 node waited
    cluster_folder=$folder
    mkdir -p "$folder/state" && chmod 700 "$folder"
    for node in "${cluster_nodes[@]}"; do mkdir -p "$folder/spool-$node"; done
    (umask 077 && head -c 1024 /dev/urandom >"$folder/munge.key")
    cluster_configuration "$folder" >"$folder/slurm.conf"
    export SLURM_CONF=$folder/slurm.conf
    cluster_network || return 1
    munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" --pid-file="$folder/munged.pid" \
        --log-file="$folder/munged.log" --seed-file="$folder/munge.seed" || return 1
    slurmctld -c || return 1
    for node in "${cluster_nodes[@]}"; do cluster_start "$node" || return 1; done
    for ((waited = 0; waited < 200; waited++)); do
        [[ $(timeout 10 sinfo --noheader --Node --format=%T 2>/dev/null | grep -c idle) == "${#cluster_nodes[@]}" ]] && return
        sleep 0.1
    done
    return 1
}

# The network of a node.
cluster_space_of()
{
    local i
    for ((i = 0; i < ${#cluster_nodes[@]}; i++)); do
        [[ ${cluster_nodes[i]} == "$1" ]] && cluster_space "n$((i + 1))"
    done
}

cluster_start()
{
    # Not `ip netns exec`, which hides the control groups that slurmd looks for.
    nsenter --net="/run/netns/$(cluster_space_of "$1")" unshare --uts sh -c "hostname $1 && exec slurmd -N $1"
}

cluster_cut()
{
    local pids
    pids=$(ip netns pids "$(cluster_space_of "$1")")
    # shellcheck disable=SC2086 # several numbers
    [[ -z $pids ]] || kill -KILL $pids
}

cluster_mute() { kill -KILL "$(<"$cluster_folder/slurmd-$1.pid")"; }

cluster_down()
{
    local node file i
    [[ -n ${cluster_folder-} ]] || return 0
    for node in "${cluster_nodes[@]}"; do cluster_cut "$node"; done
    for file in slurmctld.pid munged.pid; do
        [[ -f $cluster_folder/$file ]] && kill "$(<"$cluster_folder/$file")" 2>/dev/null
    done
    for ((i = 1; i <= ${#cluster_nodes[@]}; i++)); do ip netns del "$(cluster_space "n$i")"; done
    ip link del "$(cluster_space b)"
    return 0
} 2>/dev/null
