package io.pgproxy.testkit.postgres;

/** A program that starts a server and a replica, tells of them, and waits to be killed. */
final class OrphanedServer {

    private OrphanedServer() {}

    public static void main(String[] arguments) throws Exception {
        LocalPostgres server = LocalPostgres.builder().primary().start();
        LocalPostgres replica = server.startReplica().server();
        System.out.println(server.query("SHOW data_directory").get(0).get(0));
        System.out.println(replica.query("SHOW data_directory").get(0).get(0));
        System.out.flush();
        System.in.read();
    }
}
