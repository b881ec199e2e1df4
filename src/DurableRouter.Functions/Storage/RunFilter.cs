using System.Globalization;
using Azure.Data.Tables;
using DurableRouter.Core.Durability;

namespace DurableRouter.Functions.Storage;

/// <summary>A query for runs as a filter of the table service, which reads the days asked for only.</summary>
static class RunFilter
{
    public static string Of(RunQuery query)
    {
        var conditions = new List<string>();
        if (query.CreatedFrom is { } from)
        {
            conditions.Add(TableClient.CreateQueryFilter($"PartitionKey le {StorageKeys.NewestDay(from)} and CreatedAt ge {from}"));
        }

        if (query.CreatedTo is { } to)
        {
            conditions.Add(TableClient.CreateQueryFilter($"PartitionKey ge {StorageKeys.NewestDay(to)} and CreatedAt le {to}"));
        }

        conditions.Add(States(query));
        if (query.Pipeline is { } pipeline)
        {
            conditions.Add(TableClient.CreateQueryFilter($"Pipeline eq {pipeline}"));
        }

        if (query.Tag is { } tag)
        {
            var colon = tag.IndexOf(':', StringComparison.Ordinal);
            var column = RunEntity.TagName(colon < 0 ? tag : tag[..colon]);
            conditions.Add(column + (colon < 0 ? " ge ''" : TableClient.CreateQueryFilter($" eq {tag[(colon + 1)..]}")));
        }

        return string.Join(" and ", conditions);
    }

    /// <summary>Live runs always come: only the task hub knows their status.</summary>
    static string States(RunQuery query)
    {
        if (query.Statuses.Count == 0)
        {
            return TableClient.CreateQueryFilter($"State ne {RunEntity.Purged}");
        }

        var states = query.Statuses.Where(s => s.IsTerminal()).Select(s => s.ToString()).Prepend(RunEntity.Live);
        return string.Create(CultureInfo.InvariantCulture, $"({string.Join(" or ", states.Select(s => TableClient.CreateQueryFilter($"State eq {s}")))})");
    }
}
