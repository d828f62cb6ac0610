/**
 * The header scanner: which messages arrive whole, and which pass as the bytes they are.
 *
 * <p>A {@link io.pgproxy.protocol.frame.FrameScanner} walks the message headers of one direction of one connection in
 * the buffers as they were read. An {@link io.pgproxy.protocol.frame.Interest} says for each type byte whether the
 * message passes unseen, is noted in place, or is cut out as a {@link io.pgproxy.protocol.frame.Frame}; a
 * {@link io.pgproxy.protocol.frame.FrameSink} takes what comes out, in the order of the wire:
 *
 * <pre>{@code
 * read buffer   [ D D D D C Z | 1 2 D …]
 * interest        D: pass, C: note, Z: note, 1 2: cut
 * sink            noted C · noted Z · passed(DDDDCZ) · framed 1 · framed 2 · passed(D…)
 * }</pre>
 *
 * <p>Nothing is copied but what straddles two reads and must be whole.
 */
@NullMarked
package io.pgproxy.protocol.frame;

import org.jspecify.annotations.NullMarked;
