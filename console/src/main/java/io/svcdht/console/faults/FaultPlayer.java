package io.svcdht.console.faults;

import io.svcdht.console.faults.FaultPlan.Fault;
import io.svcdht.console.faults.FaultPlan.Step;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Plays a plan to its end, step by step, each at its time from the beginning. */
public final class FaultPlayer {
    private final FaultNet net;
    private final Processes processes;

    /** Nodes as processes. */
    public interface Processes {
        void kill(int node);

        void start(int node);
    }

    public FaultPlayer(FaultNet net, Processes processes) {
        this.net = net;
        this.processes = processes;
    }

    /** @param told hears of each step as it happens */
    public void play(FaultPlan plan, Consumer<Step> told) throws InterruptedException {
        long began = System.nanoTime();
        for (Step step : plan.steps()) {
            TimeUnit.NANOSECONDS.sleep(began + TimeUnit.MILLISECONDS.toNanos(step.atMillis()) - System.nanoTime());
            told.accept(step);
            apply(step.fault());
        }
    }

    void apply(Fault fault) {
        switch (fault) {
            case Fault.Delay(int millis, int jitter) ->
                net.weather(net.weather().delay(millis, jitter));
            case Fault.Loss(double percent) -> net.weather(net.weather().loss(percent));
            case Fault.Rate(int kib) -> net.weather(net.weather().rate(kib));
            case Fault.Reorder(double percent) -> net.weather(net.weather().reorder(percent));
            case Fault.Duplicate(double percent) -> net.weather(net.weather().duplicate(percent));
            case Fault.Calm() -> net.weather(Weather.CALM);
            case Fault.Cut(var sides) -> net.cut(sides);
            case Fault.Heal() -> net.heal();
            case Fault.Pause(int node) -> net.pause(node, true);
            case Fault.Resume(int node) -> net.pause(node, false);
            case Fault.Kill(int node) -> {
                net.drop(node);
                processes.kill(node);
            }
            case Fault.Start(int node) -> processes.start(node);
        }
    }
}
