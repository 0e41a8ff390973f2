package dev.tollgate.catalog;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Resolves a host's name; {@code InetAddress::getAllByName} outside tests. Blocking. */
@FunctionalInterface
public interface HostLookup {
    InetAddress[] lookup(String host) throws UnknownHostException;
}
