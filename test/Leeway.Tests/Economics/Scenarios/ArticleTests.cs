using Leeway.Economics.Scenarios;
using Leeway.Economics.Scenarios.Parts;

namespace Leeway.Tests.Economics.Scenarios;

/// <summary>The figures of the mission's article, to the cent.</summary>
public sealed class ArticleTests
{
    private const CostSpan Month = CostSpan.Month30Days;

    [Fact]
    public void Nightly_tickets_cost_2650_with_the_printed_endpoint_1620_without_and_810_in_a_batch()
    {
        var tickets = new Workload("tickets", 10_000, 800, 200);
        TokenPart realTime = Given.Tokens(tickets, TokenLane.RealTime, "claude-3-5-sonnet");
        var printed = new FixedPart { Name = "endpoint", Amount = 1030, Per = FixedPeriod.Month };

        Assert.Equal(54, Given.Cost(CostSpan.Day, realTime));
        Assert.Equal(1620, Given.Cost(Month, realTime));
        Assert.Equal(2650, Given.Cost(Month, realTime, printed));
        Assert.Equal(2635.20m, Given.Cost(Month, realTime, Given.Endpoint()));
        Assert.Equal(810, Given.Cost(Month, Given.Tokens(tickets, TokenLane.Batch, "claude-3-5-sonnet")));
    }

    [Fact]
    public void A_chatbot_costs_226_25_with_its_serverless_endpoint()
    {
        TokenPart tokens = Given.Tokens(new Workload("conversations", 500, 3000, 800), TokenLane.RealTime, "claude-3-haiku");

        Assert.Equal(0.875m, Given.Cost(CostSpan.Day, tokens));
        Assert.Equal(26.25m, Given.Cost(Month, tokens));
        Assert.Equal(226.25m, Given.Cost(Month, tokens, new FixedPart { Name = "serverless", Amount = 200, Per = FixedPeriod.Month }));
    }

    [Fact]
    public void The_hybrid_shop_costs_8700_against_16950_all_in_real_time()
    {
        var browsing = new Workload("browsing", 2000, 1000, 500);
        var enrichment = new Workload("enrichment", 50_000, 1200, 800);
        TokenPart urgent = Given.Tokens(browsing, TokenLane.RealTime, "gpt-4o");

        Assert.Equal(450, Given.Cost(Month, urgent));
        Assert.Equal(8700, Given.Cost(Month, urgent, Given.Tokens(enrichment, TokenLane.Batch, "gpt-4o")));
        Assert.Equal(16_950, Given.Cost(Month, urgent, Given.Tokens(enrichment, TokenLane.RealTime, "gpt-4o")));
    }

    [Fact]
    public void An_endpoint_costs_1029_30_in_730_hours_1015_20_in_30_days_and_253_80_at_six_hours_a_day()
    {
        Assert.Equal(1029.30m, Given.Cost(CostSpan.Month730Hours, Given.Endpoint()));
        Assert.Equal(1015.20m, Given.Cost(Month, Given.Endpoint()));
        Assert.Equal(253.80m, Given.Cost(Month, Given.Endpoint(hours: 6)));
        Assert.Equal(257.325m, Math.Round(Given.Cost(CostSpan.Month730Hours, Given.Endpoint(hours: 6))!.Value, 6));
    }

    [Theory]
    [InlineData("gpt-4o", 2.50, 10.00, 1.25, 5.00)]
    [InlineData("claude-3-5-sonnet", 3.00, 15.00, 1.50, 7.50)]
    [InlineData("claude-3-haiku", 0.25, 1.25, 0.125, 0.625)]
    [InlineData("gemini-1.5-pro", 1.25, 5.00, 0.625, 2.50)]
    public void A_million_tokens_cost_what_the_table_of_models_says(string model, decimal input, decimal output, decimal batchInput, decimal batchOutput)
    {
        var inputs = new Workload("input", 1000, 1000, 0);
        var outputs = new Workload("output", 1000, 0, 1000);

        Assert.Equal(input, Given.Cost(CostSpan.Day, Given.Tokens(inputs, TokenLane.RealTime, model)));
        Assert.Equal(output, Given.Cost(CostSpan.Day, Given.Tokens(outputs, TokenLane.RealTime, model)));
        Assert.Equal(batchInput, Given.Cost(CostSpan.Day, Given.Tokens(inputs, TokenLane.Batch, model)));
        Assert.Equal(batchOutput, Given.Cost(CostSpan.Day, Given.Tokens(outputs, TokenLane.Batch, model)));
    }
}
