package io.pgproxy.testkit.peer;

/**
 * What a CancelRequest names.
 *
 * @param processId the process ID
 * @param secretKey the secret key in hexadecimal digits
 */
public record CancelKey(int processId, String secretKey) {}
