using DurableRouter.Core.Configuration.Yaml;

namespace DurableRouter.Tests.Configuration;

public sealed class YamlScalarTests
{
    [Theory]
    [InlineData("1", "1")]
    [InlineData("\"1\"", "\"1\"")]
    [InlineData("'true'", "\"true\"")]
    [InlineData("true", "true")]
    [InlineData("FALSE", "false")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("off", "\"off\"")]
    [InlineData("~", "null")]
    [InlineData("Null", "null")]
    [InlineData("nUll", "\"nUll\"")]
    [InlineData("2026-11-01", "\"2026-11-01\"")]
    [InlineData("12:30", "\"12:30\"")]
    [InlineData("0x1F", "31")]
    [InlineData("0xFFFFFFFFFFFFFFFF", "18446744073709551615")]
    [InlineData("0o17", "15")]
    [InlineData("017", "17")]
    [InlineData("+4", "4")]
    [InlineData("-0", "0")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("0.40", "0.4")]
    [InlineData("1e3", "1000")]
    [InlineData("12345678901234567890.123456789", "12345678901234567890.123456789")]
    [InlineData("1e400", "1e+400")]
    [InlineData("-1.50E-9", "-1.5e-9")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    public void ToJson_Scalar_FollowsTheCoreSchema(string yaml, string json)
    {
        var problems = new List<ConfigProblem>();
        var reporter = new ProblemReporter("test", problems);
        var node = YamlTree.Read($"v: {yaml}\n", reporter);

        Assert.Equal($"{{\"v\":{json}}}", YamlScalar.ToJson(node!, reporter).GetRawText());
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData(".inf")]
    [InlineData("-.Inf")]
    [InlineData(".nan")]
    public void ToJson_NotFinite_IsReported(string yaml)
    {
        var problems = new List<ConfigProblem>();
        var reporter = new ProblemReporter("test", problems);

        YamlScalar.ToJson(YamlTree.Read($"a: 1\nv: {yaml}\n", reporter)!, reporter);

        Assert.Equal("test:2: a number must be finite and at most 100 characters long", Assert.Single(problems).ToString());
    }
}
