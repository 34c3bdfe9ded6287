#!/usr/bin/env bash
# Install the Debian or Ubuntu packages named on the command line that are not there yet.
#
#   .ci/packages.sh libegl1 'libasound2t64|libasound2' ...
#
# `a|b` means one of them: Ubuntu 24.04 renamed libraries (t64), so the name is chosen by what the
# machine's own catalogue holds. Never asks a question, starts no service, touches nothing that is
# installed. As an ordinary user it goes through `sudo -n`.
set -euo pipefail

readonly policy=/usr/sbin/policy-rc.d
readonly mark='chengmai: no service starts while packages are installed'

installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

any_installed() {
    local name
    for name in ${1//|/ }; do
        installed "$name" && return 0
    done
    return 1
}

choose() {
    local name
    for name in ${1//|/ }; do
        if [ -n "$(apt-cache show --no-all-versions "$name" 2>/dev/null)" ]; then
            echo "$name"
            return 0
        fi
    done
    return 1
}

remove_policy() {
    if [ -f "$policy" ] && grep -qF "$mark" "$policy"; then
        rm -f "$policy"
    fi
}

hold_services() {
    trap remove_policy EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\n# %s\nexit 101\n' "$mark" >"$policy"
        chmod 0755 "$policy"
    fi
}

# The names to install, one of each `a|b`; fails with a sentence where the catalogue has neither.
choose_all() {
    local wanted
    for wanted in "$@"; do
        if ! choose "$wanted"; then
            echo "No package named ${wanted//|/ or } in this machine's package sources. Add the source that holds it (on Ubuntu: universe), then run this again." >&2
            return 3
        fi
    done
}

install_as_root() {
    local names chosen
    export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
    hold_services
    echo "缺少系统软件包，正在安装 · installing missing system packages: $*"
    apt-get update -qq </dev/null || echo "apt-get update failed; going on with the catalogue that is there" >&2
    names=$(choose_all "$@")
    mapfile -t chosen <<<"$names"
    apt-get install -y -qq --no-install-recommends \
        -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold \
        "${chosen[@]}" </dev/null >/dev/null
    leave_services_off "${chosen[@]}"
}

# A package brought for the tests must not start its service at the next boot either.
leave_services_off() {
    local name
    for name in "$@"; do
        case "$name" in
            mosquitto | nats-server | postgresql)
                if command -v systemctl >/dev/null; then
                    systemctl --quiet disable "$name.service" </dev/null
                fi
                ;;
        esac
    done
}

main() {
    local wanted names missing=()
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "This is not Debian or Ubuntu: install what these packages hold with this system's own tool, if it is not there: $*" >&2
        return 0
    fi
    for wanted in "$@"; do
        any_installed "$wanted" || missing+=("$wanted")
    done
    if [ "${#missing[@]}" -eq 0 ]; then
        return 0
    fi
    if [ "$(id -u)" -eq 0 ]; then
        install_as_root "${missing[@]}"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        sudo -n -- bash "$0" "${missing[@]}"
    else
        names=$(choose_all "${missing[@]}" 2>/dev/null || printf '%s\n' "${missing[@]%%|*}")
        echo "Missing system packages, and this user may not install them without a password: run \`sudo apt-get install -y --no-install-recommends ${names//$'\n'/ }\`, then this again." >&2
        return 3
    fi
}

main "$@"
