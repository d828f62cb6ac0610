package io.pgproxy.core.backend;

/**
 * What one login to an upstream is for.
 *
 * @param host a name or an address, or the directory of a Unix domain socket
 * @param port its port
 * @param database as the start-up packet has it
 * @param user likewise
 */
record LoginTarget(String host, int port, String database, String user) {}
