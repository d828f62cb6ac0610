package io.pgproxy.core.internal.server;

import java.io.IOException;

/**
 * Lets clients in this process find the server by a name.
 *
 * @param name unique in this process
 */
public record InProcessListener(String name) implements Listener {
    @Override
    public OpenListener open(Acceptor acceptor) throws IOException {
        InProcessEndpoint endpoint = acceptor.endpoint();
        if (!InProcessNames.put(name, endpoint)) {
            throw new IOException("cannot take clients in process by the name " + name + ": another proxy has it");
        }
        return new Named(name, endpoint);
    }

    private record Named(String name, InProcessEndpoint endpoint) implements OpenListener {
        @Override
        public Object where() {
            return "in process, " + name;
        }

        @Override
        public void close() {
            InProcessNames.remove(name, endpoint);
        }
    }
}
