# SPDX-License-Identifier: GPL-3.0-or-later
#
# A Slurm cluster of two nodes on this machine, for tests; sourced, needs root and namespaces of processes, network, mounts
# and host name of its own, with which all of it goes away. Each node is a further network namespace with a daemon of its
# own, joined to a bridge; the controller runs outside of them.
#
#   cluster_up FOLDER      starts it, all files in FOLDER; sets SLURM_CONF
#   cluster_tasks NODE     the processes of its tasks that are of the program under test
#   cluster_halt NODE      halts those; cluster_go_on NODE lets them go on
#   cluster_cut NODE       the node loses its power: everything on it dies at once
#   cluster_mute NODE      its daemon dies; what runs there goes on, but nobody hears of it
#   cluster_start NODE     the node comes up (again)

cluster_nodes=(east west)
cluster_net=10.0.0

cluster_configuration()
{
    local folder=$1 i=0 node
    # A job of a lost node may begin again once its old credential has expired: two minutes, where nothing else is said.
    cat <<CONF
ClusterName=staffcast
SlurmctldHost=$(hostname)($cluster_net.254)
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
    local i=0 node
    ip link set lo up && mount -t tmpfs tmpfs /run && mkdir -p /run/netns /run/munge &&
        ip link add bridge type bridge && ip addr add "$cluster_net.254/24" dev bridge && ip link set bridge up || return 1
    for node in "${cluster_nodes[@]}"; do
        i=$((i + 1))
        ip netns add "$node" && ip link add "to-$node" type veth peer name inside netns "$node" &&
            ip link set "to-$node" master bridge up && ip -n "$node" addr add "$cluster_net.$i/24" dev inside &&
            ip -n "$node" link set inside up && ip -n "$node" link set lo up || return 1
    done
}

cluster_is_up()
{
    [[ $(timeout 10 sinfo --noheader --Node --format=%T 2>/dev/null | grep -c idle) == "${#cluster_nodes[@]}" ]]
}

cluster_up()
{
    local folder=$1 node waited
    cluster_folder=$folder
    hostname controller
    mkdir -p "$folder/state" && chmod 700 "$folder"
    for node in "${cluster_nodes[@]}"; do mkdir -p "$folder/spool-$node"; done
    (umask 077 && head -c 1024 /dev/urandom >"$folder/munge.key")
    cluster_configuration "$folder" >"$folder/slurm.conf"
    export SLURM_CONF=$folder/slurm.conf
    cluster_network || return 1
    munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" --pid-file="$folder/munged.pid" \
        --log-file="$folder/munged.log" --seed-file="$folder/munge.seed" 2>>"$folder/munged.log" || return 1
    slurmctld -c || return 1
    for node in "${cluster_nodes[@]}"; do cluster_start "$node" || return 1; done
    for ((waited = 0; waited < 60; waited++)); do
        cluster_is_up && return
        sleep 1
    done
    return 1
}

cluster_start()
{
    # Not `ip netns exec`, which hides the control groups that slurmd looks for.
    nsenter --net="/run/netns/$1" unshare --uts sh -c "hostname $1 && exec slurmd -N $1"
}

cluster_tasks()
{
    local pid
    for pid in $(ip netns pids "$1"); do
        [[ $(</proc/"$pid"/comm) == "$(basename "$program" | cut -c1-15)" ]] && echo "$pid"
    done 2>/dev/null
}

# cluster_signal SIGNAL PID...: none is fine, and so is one that is gone.
cluster_signal() { (($# < 2)) || kill -"$1" "${@:2}" 2>/dev/null; }

# shellcheck disable=SC2046 # several numbers
cluster_halt() { cluster_signal STOP $(cluster_tasks "$1"); }
# shellcheck disable=SC2046
cluster_go_on() { cluster_signal CONT $(cluster_tasks "$1"); }
# shellcheck disable=SC2046
cluster_cut() { cluster_signal KILL $(ip netns pids "$1"); }
cluster_mute() { kill -KILL "$(<"$cluster_folder/slurmd-$1.pid")"; }
