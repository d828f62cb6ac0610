package io.pgproxy.core.clients;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Node.js with its client pg. The scripts are resources; pg is installed beside copies of them in {@code target}. */
public final class Node {
    private static final List<String> SCRIPTS = List.of(
            "client", "queries", "transactions", "cursor", "copy", "notifications", "cancel", "encrypted", "workload");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path home;

    private Node(Path home) {
        this.home = home;
    }

    /** Installs what is locked; skips the test where that is not possible. */
    public static Node installed() throws Exception {
        assumeTrue(Program.isOnPath("node"), "node is not on the PATH: install Node.js");
        assumeTrue(Program.isOnPath("npm"), "npm is not on the PATH: install it with Node.js");
        Node node = new Node(
                Path.of(System.getProperty("basedir", ""), "target", "node").toAbsolutePath());
        Files.createDirectories(node.home);
        for (String script : SCRIPTS) {
            node.copy(script + ".js");
        }
        node.copy("package.json");
        byte[] lock = resource("package-lock.json");
        Path installed = node.home.resolve("installed.json");
        if (!Files.exists(installed) || !Arrays.equals(Files.readAllBytes(installed), lock)) {
            node.copy("package-lock.json");
            Process npm = new ProcessBuilder(
                            "npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund")
                    .directory(node.home.toFile())
                    .redirectErrorStream(true)
                    .start();
            npm.getOutputStream().close();
            String said = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assumeTrue(npm.waitFor() == 0, () -> "npm could not install the client pg: " + said);
            Files.write(installed, lock);
        }
        return node;
    }

    /** Runs a script, and notes what it prints and how it ends. */
    void run(String script, Place place, Transcript seen) throws Exception {
        run(script, place, seen, Map.of());
    }

    /** The same, with more in its environment. */
    void run(String script, Place place, Transcript seen, Map<String, String> more) throws Exception {
        Program.Said said = run(script, place, more, PATIENCE);
        seen.say(said.output());
        seen.say("exit code", said.exitCode());
    }

    /** Runs a script that takes its time. */
    public Program.Said run(String script, Place place, Map<String, String> more, Duration patience) throws Exception {
        return Program.run(place, more, patience, home, List.of("node", "--no-deprecation", script + ".js"));
    }

    private void copy(String name) throws IOException {
        try (InputStream in = open(name)) {
            Files.copy(in, home.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = open(name)) {
            return in.readAllBytes();
        }
    }

    private static InputStream open(String name) throws IOException {
        InputStream in = Node.class.getResourceAsStream("/node/" + name);
        if (in == null) {
            throw new IOException("no resource /node/" + name);
        }
        return in;
    }
}
