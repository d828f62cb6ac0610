package io.pgproxy.core.internal.server;

import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.internal.limit.Governor;
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
 * @param governor limits, and who measures
 * @param drainDeadline how long sessions may take to end when the server stops
 * @param eventLoops how many threads carry sessions
 * @param steering decides about messages
 */
public record Composition(
        List<InetSocketAddress> listeners,
        Backend backend,
        List<Backend> others,
        Governor governor,
        Duration drainDeadline,
        int eventLoops,
        SteeringFactory steering) {}
