package io.pgproxy.testkit.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The cluster of one server: made from a template, configured, and started as often as wished. */
final class DataDirectory {

    private static final String SETTINGS = "settings.conf";

    private final Programs programs;
    private final Account account;
    private final Path data;
    private final Path log;
    private int port;

    private DataDirectory(Programs programs, Account account, Path run) {
        this.programs = programs;
        this.account = account;
        this.data = run.resolve("data");
        this.log = run.resolve("server.log");
    }

    /** Copies what initdb made once; initdb takes a second, the copy a twentieth of it. */
    static DataDirectory create(Programs programs, Account account, Cache cache, ServerOptions options, Path run)
            throws IOException {
        DataDirectory directory = new DataDirectory(programs, account, run);
        Path template = cache.directory(directory.templateName(options), work -> directory.initdb(options, work));
        account.command(List.of("cp", "-R", template.resolve("data").toString(), directory.data.toString()))
                .output();
        return directory;
    }

    /** Copies the cluster of the running server as one that follows it. */
    DataDirectory standby(Server primary, Path run) throws IOException {
        DataDirectory directory = new DataDirectory(programs, account, run);
        BaseBackup.take(primary, data, directory.data);
        // A server opens and renames these as its own.
        account.own(directory.data.resolve("backup_label"));
        account.own(Files.createFile(directory.data.resolve("standby.signal")));
        return directory;
    }

    private String templateName(ServerOptions options) throws IOException {
        String key = options.superuser() + "\n" + options.password() + "\n" + account.uid() + account.prefix();
        return programs.home().getFileName() + "-cluster-" + Fingerprint.of(key);
    }

    private void initdb(ServerOptions options, Path work) throws IOException {
        account.own(work);
        Path password = Files.writeString(work.resolve("password"), options.password() + "\n");
        account.own(password);
        List<String> words = new ArrayList<>(List.of(programs.program("initdb")));
        words.addAll(List.of("-D", work.resolve("data").toString(), "-U", options.superuser()));
        words.addAll(List.of("--pwfile", password.toString(), "-A", "trust", "-E", "UTF8", "--no-locale", "-N"));
        account.command(words).output();
        Files.delete(password);
        Path conf = work.resolve("data").resolve("postgresql.conf");
        Files.writeString(conf, "include '" + SETTINGS + "'\n", StandardOpenOption.APPEND);
    }

    /** Writes the settings and pg_hba.conf anew. Lines of the options come first, as the first match decides. */
    void configure(ServerOptions options, int chosenPort) throws IOException {
        port = chosenPort;
        Map<String, String> settings = new TreeMap<>(ServerOptions.DEFAULT_SETTINGS);
        // Segments of dead servers would stay in /dev/shm for ever; in the data directory they go with it.
        settings.put("dynamic_shared_memory_type", "mmap");
        settings.put("unix_socket_directories", "");
        if (options.primary()) {
            settings.putAll(ServerOptions.PRIMARY_SETTINGS);
            if (programs.bring(ServerOptions.STATEMENT_COUNTS)) {
                settings.put("shared_preload_libraries", ServerOptions.STATEMENT_COUNTS);
            }
        }
        settings.putAll(options.settings());
        settings.put("listen_addresses", "127.0.0.1");
        settings.put("port", Integer.toString(port));
        StringBuilder conf = new StringBuilder();
        settings.forEach((name, value) -> conf.append(name)
                .append(" = '")
                .append(value.replace("'", "''"))
                .append("'\n"));
        Files.writeString(data.resolve(SETTINGS), conf);
        List<String> hba = new ArrayList<>(options.hba());
        hba.add("host all all 127.0.0.1/32 trust");
        hba.add("host replication all 127.0.0.1/32 trust");
        Files.write(data.resolve("pg_hba.conf"), hba);
    }

    Postmaster startPostmaster() throws IOException {
        List<String> words = new ArrayList<>(ProcessServer.detached());
        words.addAll(List.of(programs.program("postgres"), "-D", data.toString()));
        long before = Files.exists(log) ? Files.size(log) : 0;
        Process process = account.command(words).startLoggingTo(log.toFile());
        Postmaster postmaster = new Postmaster(process, data.resolve("postmaster.pid"));
        if (!postmaster.awaitReady()) {
            String said = Files.readString(log, StandardCharsets.UTF_8).substring((int) before);
            // One that took too long has children already.
            postmaster.killAll();
            cleanUpAfterKill();
            throw new IOException("PostgreSQL " + programs.version() + " did not start: " + said.strip());
        }
        return postmaster;
    }

    /**
     * A killed server leaves its number, which another process may be given, and a small segment of System V shared
     * memory, which no file system knows.
     */
    void cleanUpAfterKill() throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (Files.exists(pidFile)) {
            List<String> lines = Files.readAllLines(pidFile);
            String[] keyAndId = lines.size() > 6 ? lines.get(6).strip().split("\\s+", -1) : new String[0];
            if (keyAndId.length == 2) {
                Command.succeeds("ipcrm", "-m", keyAndId[1]);
            }
            Files.delete(pidFile);
        }
    }

    int port() {
        return port;
    }

    Path log() {
        return log;
    }
}
