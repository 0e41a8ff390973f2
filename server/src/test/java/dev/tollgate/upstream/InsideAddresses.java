package dev.tollgate.upstream;

import java.util.List;

/** Addresses that are nowhere on the internet: this machine, the network behind it, a cloud's metadata, and other spellings of those. */
final class InsideAddresses {
    static final List<String> ALL = List.of(
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.0.1",
            "100.64.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "::1",
            "fd00:ec2::254",
            "fe80::1",
            "fc00::1",
            "fec0::1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::1",
            "224.0.0.1",
            "ff02::1",
            "100.100.100.200",
            "::7f00:1",
            "2001::1");

    private InsideAddresses() {}
}
