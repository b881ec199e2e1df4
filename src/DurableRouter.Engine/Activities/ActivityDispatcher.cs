namespace DurableRouter.Engine.Activities;

/// <summary>Bounds how many activities run at once, in all and per model. Those beyond wait in order; models take turns.</summary>
sealed class ActivityDispatcher(int maxInAll, int maxPerKey, Action<ActivityRun> granted)
{
    readonly Lock gate = new();
    readonly Dictionary<string, Lane> lanes = [];
    readonly Queue<Lane> waitingLanes = new();
    int running;
    bool paused;

    public int Running => running;

    /// <summary>Gives no more places: what is scheduled from now on waits for the next process.</summary>
    public void Pause()
    {
        lock (gate)
        {
            paused = true;
        }
    }

    /// <summary>Takes a place at once if one is free and nobody waits before.</summary>
    public bool TryTake(string? key)
    {
        lock (gate)
        {
            var lane = LaneOf(key);
            if (paused || running >= maxInAll || lane.Running >= maxPerKey || lane.Waiting.Count > 0)
            {
                return false;
            }

            running++;
            lane.Running++;
            return true;
        }
    }

    /// <summary>Waits for a place; <c>granted</c> is called with the run when it has one, possibly before this returns.</summary>
    public void Enqueue(ActivityRun run)
    {
        lock (gate)
        {
            var lane = LaneOf(run.Key);
            if (lane.Waiting.Count == 0)
            {
                waitingLanes.Enqueue(lane);
            }

            lane.Waiting.Enqueue(run);
        }

        Pump();
    }

    public void Release(string? key)
    {
        bool pump;
        lock (gate)
        {
            running--;
            LaneOf(key).Running--;
            pump = waitingLanes.Count > 0;
        }

        if (pump)
        {
            Pump();
        }
    }

    void Pump()
    {
        while (true)
        {
            ActivityRun? next = null;
            lock (gate)
            {
                for (var left = waitingLanes.Count; left > 0 && next is null && !paused && running < maxInAll; left--)
                {
                    var lane = waitingLanes.Dequeue();
                    if (lane.Running < maxPerKey)
                    {
                        next = lane.Waiting.Dequeue();
                        running++;
                        lane.Running++;
                    }

                    if (lane.Waiting.Count > 0)
                    {
                        waitingLanes.Enqueue(lane);
                    }
                }
            }

            if (next is null)
            {
                return;
            }

            granted(next);
        }
    }

    Lane LaneOf(string? key)
    {
        key ??= "";
        if (!lanes.TryGetValue(key, out var lane))
        {
            lanes.Add(key, lane = new Lane());
        }

        return lane;
    }

    sealed class Lane
    {
        public Queue<ActivityRun> Waiting { get; } = new();

        public int Running { get; set; }
    }
}
