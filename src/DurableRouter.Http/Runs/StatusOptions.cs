using DurableRouter.Http.Endpoints;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Runs;

/// <summary>How much of a run a status shows.</summary>
readonly record struct StatusOptions(bool ShowInput, bool ShowHistory, bool ShowHistoryOutput)
{
    public static StatusOptions Read(HttpContext context)
    {
        var query = new Parameters(context);
        var options = new StatusOptions(query.Flag("showInput"), query.Flag("showHistory"), query.Flag("showHistoryOutput"));
        query.ThrowIfAny();
        return options;
    }
}
