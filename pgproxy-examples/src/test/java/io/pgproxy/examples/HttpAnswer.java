package io.pgproxy.examples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server on this machine says by HTTP, asked without a client that keeps threads or connections.
 *
 * @param status the code
 * @param headers as they came
 * @param body behind them
 */
record HttpAnswer(int status, String headers, String body) {
    private static final Pattern ANSWER = Pattern.compile("(?s)HTTP/1\\.1 ([0-9]{3})[^\r]*\r\n(.*?)\r\n\r\n(.*)");
    private static final int PATIENCE_MILLIS = 30_000;

    static HttpAnswer get(int port, String path) throws IOException {
        return ask("GET", port, path);
    }

    static HttpAnswer ask(String method, int port, String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            String request = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "Content-Length: 0\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher parts = ANSWER.matcher(answer);
            if (!parts.matches()) {
                throw new IOException("no answer of HTTP: " + answer);
            }
            return new HttpAnswer(Integer.parseInt(parts.group(1)), parts.group(2), parts.group(3));
        }
    }

    /** The value of a line of Prometheus' text format; 0 if there is none. */
    double meter(String nameAndTags) {
        return body.lines()
                .filter(line -> line.startsWith(nameAndTags + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(nameAndTags.length() + 1)))
                .sum();
    }

    /** A port of this machine that nobody listens on. */
    static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
