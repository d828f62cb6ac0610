/**
 * Events of the JDK's Flight Recorder: what runs through the proxy, beside all else that a recording has of the JVM.
 */
@NullMarked
package io.pgproxy.flight;

import org.jspecify.annotations.NullMarked;
