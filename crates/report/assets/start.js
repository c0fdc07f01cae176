theme.start();
trades.start();
charts.start();
