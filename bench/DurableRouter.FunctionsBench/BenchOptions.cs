using System.Globalization;

namespace DurableRouter.FunctionsBench;

/// <param name="Rounds">How often both sides are measured, in turn.</param>
/// <param name="Runs">One after the other, in each round and at each delay of storage.</param>
/// <param name="Burst">Started at once, in each round and at each delay of storage.</param>
/// <param name="Sides">What is measured.</param>
/// <param name="Out">Where the Markdown report goes as well; null: standard output only.</param>
sealed record BenchOptions(int Rounds, int Runs, int Burst, IReadOnlyList<Side> Sides, string? Out)
{
    public static BenchOptions Parse(string[] args)
    {
        var options = new BenchOptions(3, 12, 100, [Side.Plain, Side.Router], null);
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"{args[i]} needs a value");
            options = args[i] switch
            {
                "--rounds" => options with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) },
                "--runs" => options with { Runs = int.Parse(value, CultureInfo.InvariantCulture) },
                "--burst" => options with { Burst = int.Parse(value, CultureInfo.InvariantCulture) },
                "--side" => options with { Sides = [.. options.Sides.Where(side => side.Name == value)] },
                "--router" => options with { Sides = [.. options.Sides.Select(side => side.Name == Side.Router.Name ? side with { Folder = value } : side)] },
                "--out" => options with { Out = value },
                _ => throw new ArgumentException($"unknown option {args[i]}; known: --rounds, --runs, --burst, --side, --router, --out"),
            };
        }

        return options;
    }
}
