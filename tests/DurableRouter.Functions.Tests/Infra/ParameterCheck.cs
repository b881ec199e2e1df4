namespace DurableRouter.Functions.Tests.Infra;

/// <summary>main.parameters.json gives what main.bicep asks for, and nothing else; what looks like a secret is declared as one.</summary>
static class ParameterCheck
{
    static readonly string[] SecretWords = ["key", "secret", "password", "token"];

    public static IEnumerable<string> Problems(InfraFolder folder)
    {
        var declared = folder.Main.Parameters.Select(p => p.Name).ToHashSet();
        foreach (var name in folder.GivenParameters.Where(n => !declared.Contains(n)))
        {
            yield return $"{InfraFolder.ParametersFile}: main.bicep has no parameter {name}";
        }

        foreach (var name in folder.Main.Required.Where(n => !folder.GivenParameters.Contains(n)))
        {
            yield return $"{InfraFolder.ParametersFile}: the parameter {name} has no default and isn't given";
        }

        foreach (var file in folder.Files)
        {
            foreach (var parameter in file.Parameters.Where(p => SecretWords.Any(w => p.Name.Contains(w, StringComparison.OrdinalIgnoreCase))
                && !file.Decorators(p).Contains("secure")))
            {
                yield return file.At(parameter, $"the parameter {parameter.Name} isn't @secure()");
            }
        }
    }
}
