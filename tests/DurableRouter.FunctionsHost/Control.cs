using System.Text.Json.Nodes;
using DurableRouter.FunctionsHost.Http;
using DurableRouter.FunctionsHost.Storage;
using DurableRouter.FunctionsHost.Worker;
using Microsoft.Azure.WebJobs;

namespace DurableRouter.FunctionsHost;

/// <summary>What tests do to the host, on a port of its own.</summary>
static class Control
{
    public static void MapControl(
        this WebApplication app, Workers workers, FunctionRoutes routes, IJobHost jobs, StorageCounts? storage, Action stop)
    {
        app.MapGet("/status", () => new
        {
            worker = workers.Current.ProcessId,
            ready = workers.Current.Ready.IsCompletedSuccessfully,
            running = workers.Current.Running,
            restarts = workers.Restarts,
            functions = workers.Current.Functions.Select(function => function.Name),
            routes = routes.InOrder.Select(route => new { function = route.Function, route = route.Template, methods = route.Methods }),
        });

        // Answers when the function has ended.
        app.MapPost("/timers/{name}", async (string name) =>
        {
            var timers = workers.Current.Functions.Where(function => function.TriggerType == "timerTrigger");
            if (timers.SingleOrDefault(function => function.Name == name) is not { } timer)
            {
                return Results.NotFound();
            }

            var now = DateTime.UtcNow;
            var status = new JsonObject { ["Last"] = now, ["LastUpdated"] = now, ["Next"] = now };
            var info = new JsonObject { ["ScheduleStatus"] = status, ["IsPastDue"] = false };
            await jobs.CallAsync(name, new Dictionary<string, object> { [timer.TriggerParameter] = info.ToJsonString() });
            return Results.NoContent();
        });

        // SIGKILL, as a crash or the platform would.
        app.MapPost("/worker/kill", () => workers.Current.Kill());

        if (storage is not null)
        {
            app.MapGet("/storage", storage.Read);
            app.MapPost("/storage/reset", storage.Reset);
        }

        // A graceful stop of host and worker: the same as SIGTERM.
        app.MapPost("/stop", stop);
    }
}
