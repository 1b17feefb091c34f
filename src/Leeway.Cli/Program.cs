return await Leeway.Cli.LeewayCli.RunAsync(args, Console.Out, Console.Error);
