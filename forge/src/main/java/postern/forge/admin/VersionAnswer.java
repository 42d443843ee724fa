package postern.forge.admin;

import java.time.Duration;
import java.util.Optional;

/**
 * What the version endpoint says.
 *
 * @param version empty when the forge tells it to people who are signed in only, or in words that
 *     are not understood
 * @param ahead by how much its clock is ahead of ours, to about a second; negative: behind; empty
 *     when it sent no date
 */
public record VersionAnswer(Optional<ForgeVersion> version, Optional<Duration> ahead) {}
