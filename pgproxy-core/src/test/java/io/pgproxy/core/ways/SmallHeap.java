package io.pgproxy.core.ways;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.memory.ProxySocketFactory;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;

/** A program with little memory that is sent much by a server that it reaches through a proxy of its own. */
final class SmallHeap {
    private static final String BIG = "select repeat('x', 10000) from generate_series(1, 10486)";

    private SmallHeap() {}

    /** Prints how many bytes came, by COPY and row by row; arguments are a server, a database, a user, a password. */
    public static void main(String[] arguments) throws Exception {
        try (ProxyServer proxy = ProxyServer.builder()
                        .inProcess("small")
                        .upstream(arguments[0])
                        .build()
                        .start();
                Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql:///" + arguments[1] + "?socketFactoryArg=small&socketFactory="
                                + ProxySocketFactory.class.getName(),
                        arguments[2],
                        arguments[3]);
                Statement statement = connection.createStatement()) {
            Counting copied = new Counting();
            connection.unwrap(PGConnection.class).getCopyAPI().copyOut("copy (" + BIG + ") to stdout", copied);
            connection.setAutoCommit(false);
            statement.setFetchSize(500);
            long bytes = 0;
            try (ResultSet rows = statement.executeQuery(BIG)) {
                while (rows.next()) {
                    bytes += rows.getString(1).length();
                }
            }
            System.out.println("copied " + copied.count + ", read " + bytes + ", ports " + proxy.addresses());
        }
    }

    /** Slower than the server: it stops now and then. */
    private static final class Counting extends OutputStream {
        private long count;

        @Override
        public void write(int one) {
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            count += length;
            if (count / 1_000_000 != (count - length) / 1_000_000) {
                LockSupport.parkNanos(10_000_000);
            }
        }
    }
}
