using System.Text.Json;

namespace DurableRouter.Functions.Tests.Driver;

/// <summary>External events with the trap of the original: the youngest waiter gets the event. <c>SdkEventTests</c> looks at the original itself.</summary>
sealed class EventWaits
{
    readonly Dictionary<string, Stack<Func<string?, bool>>> _waiting = [];
    readonly Dictionary<string, Queue<string?>> _early = [];

    public Task<T> Wait<T>(string name, CancellationToken cancellationToken)
    {
        var source = new TaskCompletionSource<T>();
        Of(_waiting, name).Push(json => source.TrySetResult((json is null ? default(T) : JsonSerializer.Deserialize<T>(json))!));
        if (Of(_early, name).TryDequeue(out var early))
        {
            Raise(name, early);
        }

        cancellationToken.Register(() => source.TrySetCanceled(cancellationToken));
        return source.Task;
    }

    public void Raise(string name, string? json)
    {
        while (Of(_waiting, name).TryPop(out var waiter))
        {
            if (waiter(json))
            {
                return;
            }
        }

        Of(_early, name).Enqueue(json);
    }

    static TValue Of<TValue>(Dictionary<string, TValue> all, string name) where TValue : new() =>
        all.TryGetValue(name, out var found) ? found : all[name] = new TValue();
}
