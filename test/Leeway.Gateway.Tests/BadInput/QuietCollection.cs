namespace Leeway.Gateway.Tests.BadInput;

/// <summary>The test classes that share one <see cref="QuietGateway"/>, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class QuietCollection : ICollectionFixture<QuietGateway>
{
    public const string Name = "Bad input";
}
