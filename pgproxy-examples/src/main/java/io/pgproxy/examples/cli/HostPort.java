package io.pgproxy.examples.cli;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where to listen.
 *
 * @param host a name or an address; IPv6 without its brackets
 * @param port 0 for any free one
 */
public record HostPort(String host, int port) {

    private static final Pattern TEXT = Pattern.compile("(?:\\[([0-9a-fA-F:.%a-z]+)]|([^:\\[\\]/@\\s]+)):(\\d{1,5})");

    /**
     * Reads {@code host:port}.
     *
     * @param text an IPv6 address stands in brackets
     * @return its parts
     * @throws IllegalArgumentException if it is anything else, or the host is unknown
     */
    public static HostPort parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group(3)) > 65_535) {
            throw new IllegalArgumentException("'" + text + "' is no address to listen on: give HOST:PORT");
        }
        String host = parts.group(1) != null ? parts.group(1) : parts.group(2);
        int port = Integer.parseInt(parts.group(3));
        if (new InetSocketAddress(host, port).isUnresolved()) {
            throw new IllegalArgumentException("'" + text + "' is no address to listen on: unknown host");
        }
        return new HostPort(host, port);
    }

    /**
     * Reads {@code host:port}, or a port alone, with a colon or without, which is that of all addresses.
     *
     * @param text an IPv6 address stands in brackets
     * @return its parts
     * @throws IllegalArgumentException if it is anything else, or the host is unknown
     */
    public static HostPort parseWithPortAlone(String text) {
        return parse(text.matches(":?[0-9]{1,5}") ? "0.0.0.0:" + text.replace(":", "") : text);
    }

    /**
     * Where a client on this machine finds the listener.
     *
     * @param boundPort the port that it got
     * @return this, but the loopback address in the place of the one that stands for all
     */
    public HostPort reachableAt(int boundPort) {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (!address.getAddress().isAnyLocalAddress()) {
            return new HostPort(host, boundPort);
        }
        return new HostPort(host.contains(":") ? "::1" : "127.0.0.1", boundPort);
    }
}
