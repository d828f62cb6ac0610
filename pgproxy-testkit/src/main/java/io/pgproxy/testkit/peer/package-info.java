/**
 * Scripted peers for what a real client or a real server does not do on request: odd bytes, odd splits, odd endings.
 *
 * <p>They work with raw bytes and know nothing of pgproxy's codec, so that an error in the one is not hidden by the
 * same error in the other. Everything blocks, with a time limit of ten seconds for each read unless said otherwise.
 *
 * <p>Messages are told by their type bytes as in the chapter "Message Formats" of the PostgreSQL manual. The end of the
 * stream shows as the tag {@code !}, which no message has.
 */
@NullMarked
package io.pgproxy.testkit.peer;

import org.jspecify.annotations.NullMarked;
