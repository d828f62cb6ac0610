/** Every driver that the project's tests run hears the same from the cache as from the server, message by message. */
@NullMarked
package io.pgproxy.cache.drivers;

import org.jspecify.annotations.NullMarked;
