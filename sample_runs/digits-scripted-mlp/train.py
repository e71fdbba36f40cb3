"""Digits of 8 x 8 pixels, a small network with dropout."""

import csv

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

BATCH_SIZE = 64
EPOCHS = 30
LEARNING_RATE = 0.05


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 128)
        self.drop = nn.Dropout(0.2)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = self.drop(F.relu(self.fc1(x)))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


def evaluate(model, loader, criterion):
    model.eval()
    loss, right, rows = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            out = model(x)
            loss += criterion(out, y).item() * len(x)
            right += (out.argmax(1) == y).sum().item()
            rows += len(x)
    return loss / rows, right / rows


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    digits = load_digits()
    x_train, x_val, y_train, y_val = train_test_split(
        torch.tensor(digits.data / 16, dtype=torch.float32), torch.tensor(digits.target), test_size=0.25, random_state=0
    )
    train_loader = DataLoader(TensorDataset(x_train, y_train), batch_size=BATCH_SIZE, shuffle=True)
    val_loader = DataLoader(TensorDataset(x_val, y_val), batch_size=256)
    model = Net()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE, momentum=0.9)

    with open("log.csv", "w", newline="") as file:
        log = csv.writer(file)
        log.writerow(["epoch", "train_loss", "val_loss", "val_accuracy"])
        for epoch in range(EPOCHS):
            model.train()
            total = 0.0
            for x, y in train_loader:
                loss = criterion(model(x), y)
                loss.backward()
                optimizer.step()
                total += loss.item() * len(x)
            val_loss, accuracy = evaluate(model, val_loader, criterion)
            log.writerow([epoch, f"{total / len(x_train):.4f}", f"{val_loss:.4f}", f"{accuracy:.4f}"])
            print(f"epoch {epoch}: {total / len(x_train):.4f} {val_loss:.4f} {accuracy:.4f}")


if __name__ == "__main__":
    main()
