package io.svcdht.node.sim;

import java.util.List;
import java.util.Locale;

/**
 * What a scenario showed.
 *
 * @param transport what strangers cost
 * @param notes figures without a gate, each a short line
 * @param digest stands for every event of the run: the same seed gives the same
 */
public record ScenarioReport(
        String scenario,
        int nodes,
        long seed,
        Transport transport,
        List<Gate> gates,
        List<String> notes,
        long digest,
        long events,
        long messages) {
    public boolean holds() {
        return gates.stream().allMatch(Gate::holds);
    }

    /** The command that repeats it. */
    public String command() {
        return "svc-dht simulate --scenario %s --nodes %d --seed %d%s"
                .formatted(
                        scenario, nodes, seed, transport == Transport.WARM ? "" : " --transport " + transport.text());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s, %,d nodes, seed %d: %,d events, %,d messages, digest %016x%n",
                scenario,
                nodes,
                seed,
                events,
                messages,
                digest));
        gates.forEach(g -> text.append("  ").append(g).append('\n'));
        notes.forEach(n -> text.append("  ").append(n).append('\n'));
        return text.append("  repeat with: ").append(command()).toString();
    }
}
