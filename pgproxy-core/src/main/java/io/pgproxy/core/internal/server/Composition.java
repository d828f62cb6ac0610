package io.pgproxy.core.internal.server;

import io.pgproxy.core.ServerLimits;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.internal.session.SteeringFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What a server is made of.
 *
 * @param listeners where it listens; port 0 is any free one
 * @param backend where sessions go
 * @param others further upstreams, closed with the server
 * @param limits on logins and sessions
 * @param drainDeadline how long sessions may take to end when the server stops
 * @param eventLoops how many threads carry sessions
 * @param steering decides about messages
 */
public record Composition(
        List<InetSocketAddress> listeners,
        Backend backend,
        List<Backend> others,
        ServerLimits limits,
        Duration drainDeadline,
        int eventLoops,
        SteeringFactory steering) {}
