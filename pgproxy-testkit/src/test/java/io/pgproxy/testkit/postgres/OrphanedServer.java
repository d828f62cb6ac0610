package io.pgproxy.testkit.postgres;

/** A program that starts a server, tells of it, and waits to be killed. */
final class OrphanedServer {

    private OrphanedServer() {}

    public static void main(String[] arguments) throws Exception {
        LocalPostgres server = LocalPostgres.builder().dedicated().start();
        System.out.println(server.query("SHOW data_directory").get(0).get(0));
        System.out.flush();
        System.in.read();
    }
}
